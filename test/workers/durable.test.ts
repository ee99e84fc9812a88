import { sqlSuite } from '../db/sql.suite.ts'
import { newDurable } from './store.ts'

sqlSuite('SQLite in a Durable Object', async () => ({ sql: newDurable(), close() {} }))
