import fc from 'fast-check'

/** A mutant is run against many properties: few cases of each will do. */
fc.configureGlobal({ numRuns: 10 })
