// What an operator's container runs, in `dist/`: one file, and beside it those that run as processes and threads of their
// own. What npm installs for the gateway is forty times as large as what it uses.
import { defineConfig } from 'rolldown'

export default defineConfig([
  {
    input: 'src/main.ts',
    platform: 'node',
    // Reads its WebAssembly from beside itself.
    external: ['tiny-secp256k1'],
    output: { dir: 'dist', entryFileNames: 'x4pn-gateway.mjs', format: 'esm', minify: true, codeSplitting: false },
  },
  {
    input: ['src/tunnel/launcher-process.mjs', 'src/crypto/verifier-thread.mjs'],
    platform: 'node',
    output: { dir: 'dist', entryFileNames: '[name].mjs', format: 'esm' },
  },
])
