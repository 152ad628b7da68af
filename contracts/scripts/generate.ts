// Builds the contracts and writes their ABIs and bytecode for TypeScript and the subgraph.
// `--check` writes nothing and fails naming the files that differ.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

type ForgeArtifact = { abi: readonly unknown[]; bytecode: { object: string } }

const contractsFolder = join(dirname(fileURLToPath(import.meta.url)), '..')
const root = join(contractsFolder, '..')
/** Of the profile `packaged` in foundry.toml. */
const artifacts = join(contractsFolder, 'out/packaged')
/** OpenZeppelin's own build, deployed as it is. */
const accessManagerArtifact = join(root, 'node_modules/@openzeppelin/contracts/build/contracts/AccessManager.json')
const header = '// Written by `npm run generate -w contracts`. Do not edit.'

/** Contract → name of its constants in TypeScript. */
const names = {
  X4PNVpnSessions: 'x4pnVpnSessions',
  X4PNNodeRegistry: 'x4pnNodeRegistry',
  X4PNDepositRouter: 'x4pnDepositRouter',
  X4PNUpkeep: 'x4pnUpkeep',
  X4PNLens: 'x4pnLens',
  X4PNToken: 'x4pnToken',
  X4PNRewards: 'x4pnRewards',
  TestUSDC: 'testUsdc',
  TestPlainUSDC: 'testPlainUsdc',
  TestPriceFeed: 'testPriceFeed',
  TestWrappedNative: 'testWrappedNative',
  SettleFloor: 'settleFloor',
  AccessManager: 'accessManager',
}
const forSubgraph: (keyof typeof names)[] = ['X4PNVpnSessions', 'X4PNNodeRegistry']

function build(): void {
  // Not npm's wrapper, which exits 0 whatever happened.
  const forge = join(root, 'node_modules/@foundry-rs/forge-linux-amd64/bin/forge')
  const { status, error } = spawnSync(forge, ['build', '--quiet', '--skip', 'contracts/test/**'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, FOUNDRY_PROFILE: 'packaged' },
  })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}

function readContract(contract: keyof typeof names): { abi: readonly unknown[]; bytecode: string } {
  if (contract === 'AccessManager') return JSON.parse(readFileSync(accessManagerArtifact, 'utf8'))
  const path = join(artifacts, `${contract}.sol`, `${contract}.json`)
  const { abi, bytecode }: ForgeArtifact = JSON.parse(readFileSync(path, 'utf8'))
  return { abi, bytecode: bytecode.object }
}

function render(): Map<string, string> {
  const contracts = Object.keys(names) as (keyof typeof names)[]
  const entries = contracts.map((contract) => ({ contract, name: names[contract], ...readContract(contract) }))
  const abis = entries.map(({ name, abi }) => `export const ${name}Abi = ${JSON.stringify(abi, null, 2)} as const`)
  const bytecodes = entries.map(({ name, bytecode }) => `export const ${name}Bytecode =\n  '${bytecode}' as const`)
  const files = new Map([
    ['ts/generated/abis.ts', [header, ...abis, ''].join('\n\n')],
    ['ts/generated/bytecode.ts', [header, ...bytecodes, ''].join('\n\n')],
  ])
  for (const { contract, abi } of entries.filter((entry) => forSubgraph.includes(entry.contract))) {
    files.set(`abi/${contract}.json`, `${JSON.stringify(abi, null, 2)}\n`)
  }
  return files
}

function isCurrent(path: string, text: string): boolean {
  try {
    return readFileSync(path, 'utf8') === text
  } catch {
    return false
  }
}

build()
const drifted = [...render()]
  .map(([file, text]) => ({ path: join(contractsFolder, file), text }))
  .filter(({ path, text }) => !isCurrent(path, text))

if (process.argv.includes('--check')) {
  for (const { path } of drifted) process.stderr.write(`${relative(root, path)} differs from what the contracts give\n`)
  if (drifted.length > 0) {
    process.stderr.write('Run `npm run generate -w contracts`.\n')
    process.exit(1)
  }
} else {
  for (const { path, text } of drifted) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    process.stdout.write(`wrote ${relative(root, path)}\n`)
  }
}
