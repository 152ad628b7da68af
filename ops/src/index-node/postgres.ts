// The index's database: the same throw-away Postgres that the subgraph's own tests run on.
export { type Postgres, startPostgres } from '@x4pn/subgraph/postgres'
