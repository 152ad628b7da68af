// `npm run sizes -w contracts`: how large each contract is once deployed, against the chain's limit (EIP-170, EIP-3860).
// Fails above it.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

type Sizes = Record<string, { runtime_size: number; init_size: number }>

const RUNTIME_LIMIT = 24_576
const CREATION_LIMIT = 49_152

const contractsFolder = join(dirname(fileURLToPath(import.meta.url)), '..')
const root = join(contractsFolder, '..')
// Not npm's wrapper, which exits 0 whatever happened.
const forge = join(root, 'node_modules/@foundry-rs/forge-linux-amd64/bin/forge')

// forge fails by itself above the limit; its table also has every library, so it is not shown.
const { stdout, stderr, error } = spawnSync(forge, ['build', '--sizes', '--json', '--skip', 'contracts/test/**'], {
  cwd: root,
  encoding: 'utf8',
  env: { ...process.env, FOUNDRY_PROFILE: 'packaged' },
})
if (error) throw error
const start = stdout.indexOf('{')
if (start < 0) throw new Error(`forge printed no sizes: ${stderr}`)
const sizes: Sizes = JSON.parse(stdout.slice(start))

let over = 0
const row = (name: string, ...numbers: (number | string)[]) =>
  process.stdout.write(`${name.padEnd(24)}${numbers.map((number) => String(number).padStart(12)).join('')}\n`)

row('contract', 'deployed', 'left', 'creation', 'left')
for (const file of readdirSync(join(contractsFolder, 'src')).filter((name) => name.endsWith('.sol'))) {
  const name = file.slice(0, -'.sol'.length)
  const size = sizes[name]
  if (!size) throw new Error(`forge printed no size of ${name}`)
  const left = RUNTIME_LIMIT - size.runtime_size
  const creationLeft = CREATION_LIMIT - size.init_size
  if (left < 0 || creationLeft < 0) over++
  row(name, size.runtime_size, left, size.init_size, creationLeft)
}
if (over > 0) {
  process.stderr.write(`${over} above the limit of ${RUNTIME_LIMIT} bytes deployed, ${CREATION_LIMIT} at creation\n`)
  process.exitCode = 1
}
