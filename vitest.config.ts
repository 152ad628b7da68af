// Three projects: `unit`, beside the source; `hosts`, real hosts in network namespaces, which share the machine with others;
// and `e2e`, where the speed of the tunnel or of a page counts, one file at a time.
import { defineConfig } from 'vitest/config'

/** What a node's host does and reaches: how long it takes is no matter. */
const HOSTS = [
  'cleanup',
  'commands',
  'crash-rounds',
  'dns',
  'doctor',
  'exit-policy',
  'isolation',
  'paths',
  'simulated',
  'tls',
  'tunnel-faults',
].map((name) => `ops/src/e2e/${name}.test.ts`)

export default defineConfig({
  test: {
    // Twice as many as the project's machines have cores: most of these tests wait for a block or a second to pass.
    maxWorkers: 4,
    // Whole local networks, where a test starts them side by side.
    maxConcurrency: 3,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{contracts,gateway,dapp,ops,subgraph}/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'ops/src/e2e/**'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'hosts',
          include: HOSTS,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['ops/src/e2e/**/*.test.ts'],
          exclude: HOSTS,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})
