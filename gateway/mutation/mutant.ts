// One small change of the source that the test of its pitfall must notice.
export type Mutant = { pitfall: number | '30b'; file: string; from: string; to: string; test: string }
