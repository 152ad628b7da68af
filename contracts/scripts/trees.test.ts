// Beside the tests of each function lies a tree of its cases (`.tree`, as bulloak reads them). The rule: a leaf ends with
// the name of the test that shows it, and a contract that has a tree has no test outside of it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CONTRACTS, readFiles } from './sources.ts'

type Tree = { contract: string; leaves: string[]; branches: string[] }
type Entry = { type: string; name?: string; stateMutability?: string }

const files = readFiles('test', '.tree')
const sources = [...readFiles('test', '.t.sol').values()].join('\n')
const trees = [...files.values()].flatMap(parse)

function parse(text: string): Tree[] {
  const trees: Tree[] = []
  for (const line of text.split('\n')) {
    if (/^\w+$/.test(line)) trees.push({ contract: line, leaves: [], branches: [] })
    else if (/── It /.test(line)) trees.at(-1)?.leaves.push(/ \/\/ (\w+)$/.exec(line)?.[1] ?? line)
    else if (/── /.test(line)) trees.at(-1)?.branches.push(line)
  }
  return trees
}

/** The test functions of a contract. */
function testsOf(contract: string): string[] {
  const body = new RegExp(`\\ncontract ${contract} [^]*?\\n}`).exec(sources)?.[0] ?? ''
  return [...body.matchAll(/function (test\w+)\(/g)].map(([, name = '']) => name)
}

describe.each(trees)('the tree of $contract', ({ contract, leaves, branches }) => {
  test('has each of its tests as a leaf, once', () => {
    expect(leaves.toSorted()).toEqual(testsOf(contract).toSorted())
  })

  test('branches on conditions', () => {
    expect(branches.length).toBeGreaterThan(1)
    for (const branch of branches) expect(branch).toMatch(/── When /)
  })
})

test.each(['X4PNVpnSessions', 'X4PNNodeRegistry'])(
  'every function of %s that changes anything is in a tree',
  (name) => {
    const abi: Entry[] = JSON.parse(readFileSync(join(CONTRACTS, `abi/${name}.json`), 'utf8'))
    const changing = abi.filter(({ type, stateMutability }) => type === 'function' && stateMutability === 'nonpayable')
    const covered = [...files.values()].flatMap((text) => (text.split('\n')[0] ?? '').slice('// '.length).split(', '))
    // From OpenZeppelin's AccessManaged, and called by the authority only.
    const ours = changing.map(({ name = '' }) => name).filter((name) => name !== 'setAuthority')
    expect(ours.filter((name) => !covered.includes(name))).toEqual([])
  },
)
