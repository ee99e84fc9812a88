import { sqlSuite } from '../db/sql.suite.ts'
import { newSql } from './store.ts'

sqlSuite('SQLite in a Durable Object', async () => ({ sql: await newSql(), close() {} }))
