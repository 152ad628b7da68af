// One file for the container, and the small process beside it: what npm installs for the gateway is forty times as large as what it uses.
import { defineConfig } from 'rolldown'

export default defineConfig({
  input: 'src/main.ts',
  platform: 'node',
  // Reads its WebAssembly from beside itself.
  external: ['tiny-secp256k1'],
  output: { dir: 'dist', entryFileNames: 'x4pn-gateway.mjs', format: 'esm', minify: true, codeSplitting: false },
})
