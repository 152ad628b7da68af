#!/usr/bin/env node
// The Solidity compiler as an executable: npm's solc (wasm), spoken to as forge speaks to solc. Node 20 or newer.
// The contracts take it a minute by way of Yul, and several of Foundry's profiles ask for just the same: the last such
// answer is kept.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import solc from 'solc'

const STDIN = 0
const STDOUT = 1
const KEPT = join(import.meta.dirname, 'cache/solc')

if (process.argv.includes('--version')) {
  write(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`)
} else {
  const input = readFileSync(STDIN, 'utf8')
  write(JSON.parse(input).settings?.viaIR ? keptOr(input) : solc.compile(input))
}

/** A line that says to what it is the answer, and the answer. */
function keptOr(input) {
  const question = createHash('sha256').update(solc.version()).update(input).digest('hex')
  const [asked, answer] = readKept().split('\n', 2)
  if (asked === question && answer) return answer
  const compiled = solc.compile(input)
  mkdirSync(KEPT, { recursive: true })
  // Whole or not at all: another forge may read it now.
  writeFileSync(join(KEPT, `${process.pid}`), `${question}\n${compiled}`)
  renameSync(join(KEPT, `${process.pid}`), join(KEPT, 'last'))
  return compiled
}

function readKept() {
  try {
    return readFileSync(join(KEPT, 'last'), 'utf8')
  } catch {
    return ''
  }
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
