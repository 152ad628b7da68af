// Where the subgraph's sources and tools are in the checkout.
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))

export const paths = {
  subgraph: `${root}subgraph`,
  abis: `${root}contracts/abi`,
  nodeModules: `${root}node_modules`,
  binaries: `${root}node_modules/.bin`,
  buildCache: `${root}node_modules/.cache/x4pn-subgraph`,
}
