// Where no tunnel can be made: a clear line, a tunnel that says it is simulated, and everything else works.
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, expect, test } from 'vitest'
import type { DemoResult } from '../demo/result.ts'
import { ROOT } from '../paths.ts'
import { type Run, runStart } from './run.ts'

const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

/** A copy of the working tree that another user may write to. */
async function copyOfCheckout(owner: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'checkout-'))
  folders.push(folder)
  const { stdout } = await execa('git', ['ls-files', '-co', '--exclude-standard', '--deduplicate', '-z'], { cwd: ROOT })
  const files = stdout.split('\0').filter((file) => file !== '' && existsSync(join(ROOT, file)))
  await execa('cp', ['--parents', '--preserve=timestamps', '-t', folder, ...files], {
    cwd: ROOT,
  })
  const modules = join(ROOT, 'node_modules')
  await mkdir(join(folder, 'node_modules'))
  for (const name of await readdir(modules)) {
    if (name !== '.cache') await symlink(join(modules, name), join(folder, 'node_modules', name))
  }
  await execa('chown', ['-R', owner, folder])
  await chmod(folder, 0o755)
  return folder
}

/** Nothing that a simulated run says of its tunnel may read like a measurement. */
function checkResult(run: Run): void {
  const result = JSON.parse(run.stdout()) as DemoResult
  for (const { name } of result.steps.slice(result.steps.findIndex(({ name }) => name === 'join'))) {
    expect(run.output()).toMatch(new RegExp(`✓ ${name} .*\\(SIMULATED\\)`))
  }
  expect(result.bytes.client).toBeNull()
  expect(result.beyondCredit).toEqual({ cut: null, killed: null })
  expect(result.simulated).toBe(true)
  expect(result.throughputMbit).toBeNull()
  expect(result.throughputBareMbit).toBeNull()
  expect(result.paid.onChain).toBe(result.paid.receipts)
  expect(result.paid.inSubgraph).toBe(result.paid.receipts)
  expect(BigInt(result.paid.onChain)).toBeGreaterThan(0n)
  expect(BigInt(result.paid.onChain) + BigInt(result.refund)).toBe(BigInt(result.deposit))
}

test('without root', async () => {
  const root = await copyOfCheckout('nobody:nogroup')
  const before = ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups', 'env', `HOME=${root}`]
  const run = await runStart({ args: ['--once', '--json'], root, before })
  expect(await run.exitCode, run.output()).toBe(0)
  expect(run.output()).toContain('No real tunnel here (no right to use /dev/net/tun): the tunnel is SIMULATED')
  checkResult(run)
  expect(await run.leftovers()).toEqual([])
})

test('as root without TUN', async () => {
  const hide = 'mount -t tmpfs none /dev/net && exec "$0" "$@"'
  const run = await runStart({ args: ['--once', '--json'], before: ['unshare', '--mount', 'sh', '-c', hide] })
  expect(await run.exitCode, run.output()).toBe(0)
  expect(run.output()).toContain('No real tunnel here (no /dev/net/tun): the tunnel is SIMULATED')
  checkResult(run)
  expect(await run.leftovers()).toEqual([])
})
