// Two projects: `unit`, beside the source, and `e2e`, real hosts in network namespaces, one file at a time.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Twice as many as the project's machines have cores: most of these tests wait for a block or a second to pass.
    maxWorkers: 4,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{contracts,gateway,dapp,ops,subgraph}/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'ops/src/e2e/**'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['ops/src/e2e/**/*.test.ts'],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})
