// One way to break the gateway, and the test that must notice.

export type Mutant = {
  /** Number of the pitfall, as the notes of the project count them. */
  pitfall: number | '30b'
  /** From the top of the repository. */
  file: string
  /** Exactly once in the file. */
  from: string
  to: string
  /** File of the test whose name begins with `pitfall <number>:`. */
  test: string
}
