// The first thing that runs, on whatever Node the machine has and before any package is there: installs what is
// missing, says so, and hands over to Node 24. Plain JavaScript without imports from packages.
import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const node24 = join(root, 'node_modules', '.bin', 'node')
const [command = 'start', ...args] = process.argv.slice(2)

/** Debian packages by the program that shows that they are there. */
const debianPackages = {
  wg: 'wireguard-tools',
  'wireguard-go': 'wireguard-go',
  nft: 'nftables',
  ip: 'iproute2',
  unbound: 'unbound',
  setpriv: 'util-linux',
  ...(['test', 'screens'].includes(command)
    ? { chromium: 'chromium', curl: 'curl', pkill: 'procps', pebble: 'pebble', certutil: 'libnss3-tools' }
    : {}),
}
const needsNetwork = ['start', 'test', 'screens', 'bench'].includes(command)

const say = (text) => process.stderr.write(`${text}\n`)
const die = (text) => {
  say(text)
  process.exit(1)
}

function main() {
  const [major = 0] = process.versions.node.split('.').map(Number)
  if (major < 20) die(`Node ${process.versions.node} is too old: install Node 20 or later, with npm.`)
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    die(
      `X4PN's local network runs on Linux x64, not ${process.platform} ${process.arch}: its graph-node is built for that.`,
    )
  }
  installNpmPackages()
  if (needsNetwork) installDebianPackages()
  handOver()
}

function installNpmPackages() {
  if (npmPackagesAreThere()) return
  say('Installing npm packages (npm ci), about a minute the first time …')
  // npm's own output goes to standard error: standard output may be a program's to read.
  const { status } = spawnSync('npm', ['ci', '--no-progress', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) die('npm ci failed; its message is above.')
}

/** npm writes its own lock file last; one that is older than ours, or a missing Node 24, means an unfinished install. */
function npmPackagesAreThere() {
  try {
    accessSync(node24, constants.X_OK)
    const installed = statSync(join(root, 'node_modules', '.package-lock.json')).mtimeMs
    return installed >= statSync(join(root, 'package-lock.json')).mtimeMs
  } catch {
    return false
  }
}

function installDebianPackages() {
  const missing = Object.entries(debianPackages).filter(([name]) => !onPath(name))
  if (missing.length === 0) return
  const names = [...new Set(missing.map(([, debianPackage]) => debianPackage))]
  const line = `apt-get install -y --no-install-recommends ${names.join(' ')}`
  if (process.getuid() !== 0) {
    say(`Missing for a real tunnel: ${names.join(', ')}. To install: sudo ${line}`)
    return
  }
  if (!onPath('apt-get'))
    die(`Missing: ${missing.map(([name]) => name).join(', ')}. Install them with your package manager.`)
  say(`Installing Debian packages: ${names.join(', ')} …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const step of ['apt-get update -qq', `apt-get install -y -qq --no-install-recommends ${names.join(' ')}`]) {
    const [program, ...rest] = step.split(' ')
    const { status, stderr } = spawnSync(program, rest, { env, stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' })
    if (status !== 0) die(`${step} failed:\n${stderr}\nRun it by hand: ${line}`)
  }
}

function onPath(name) {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin']
  return folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function handOver() {
  const path = `${join(root, 'node_modules', '.bin')}:${process.env.PATH}:/usr/sbin:/sbin`
  const main = join(root, 'ops', 'src', 'main.ts')
  // Should this process be killed outright, the one below is told.
  const [program, ...before] = onPath('setpriv') ? ['setpriv', '--pdeathsig', 'TERM', node24] : [node24]
  const child = spawn(program, [...before, main, command, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  })
  // Ctrl-C reaches the whole terminal: the child cleans up and ends, this one waits for it.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => die(`${program} could not be started: ${error.message}`))
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
}

main()
