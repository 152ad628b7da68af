#!/usr/bin/env node
// The Solidity compiler as an executable: npm's solc (wasm), spoken to as forge speaks to solc. Node 20 or newer.
import { readFileSync, writeSync } from 'node:fs'
import solc from 'solc'

const STDIN = 0
const STDOUT = 1

if (process.argv.includes('--version')) {
  write(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`)
} else {
  write(solc.compile(readFileSync(STDIN, 'utf8')))
}

// process.stdout may still hold output when the process ends, and compile results are megabytes.
function write(text) {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(STDOUT, bytes, at)
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error
    }
  }
}
