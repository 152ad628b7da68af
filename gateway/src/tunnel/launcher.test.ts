// The small process that starts the tunnel's programs: words and input reach them as they are, no program harms the
// next, and it ends with the gateway.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { until } from '../testing/test-gateway.ts'
import { Launcher, launcher } from './launcher.ts'

/** Whether a program with these words runs. */
const runs = async (words: string) =>
  (await launcher.run('sh', ['-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "'])).includes(words)

test('pitfall 32: words and input reach a program as they are, whatever is in them', async () => {
  // No program's argument can hold a NUL, and printf reads a format's end in it.
  const text = fc.string({ unit: 'binary' }).map((any) => any.replaceAll('\0', '').toWellFormed())
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 3 }), text, async (words, input) => {
      expect(await launcher.run('printf', ['%s\\n', ...words])).toBe(words.map((word) => `${word}\n`).join(''))
      expect(await launcher.run('cat', [], input)).toBe(input)
    }),
    { numRuns: 50, examples: [[['it\'s $HOME `date` "\\ ; true'], 'EOF\n$(date)\n\n']] },
  )
})

test('a megabyte goes in and comes out', async () => {
  const input = `${'0123456789'.repeat(10)}\n`.repeat(10_000)
  expect(await launcher.run('cat', [], input)).toBe(input)
})

test('what fails says why, and harms no other', async () => {
  const [bad, unknown, silent, deaf, good, long] = await Promise.allSettled([
    launcher.run('sh', ['-c', 'echo out; echo why >&2; exit 3']),
    launcher.run('no-such-program', []),
    launcher.run('false', []),
    launcher.run('true', [], 'x'.repeat(2 ** 20)),
    launcher.run('echo', ['good']),
    launcher.run('echo', ['x'.repeat(200_000)]),
  ])
  expect(bad).toMatchObject({ reason: { message: 'sh -c echo out; echo why >&2; exit 3: why' } })
  expect(unknown).toMatchObject({ reason: { message: 'no-such-program: spawn no-such-program ENOENT' } })
  expect(silent).toMatchObject({ reason: { message: 'false: exit code 1' } })
  expect(deaf).toMatchObject({ value: '' })
  expect(good).toMatchObject({ value: 'good\n' })
  expect(long).toMatchObject({ reason: { message: expect.stringContaining('E2BIG') } })
})

test('what does not end is ended', async () => {
  const hasty = new Launcher(300)
  await expect(hasty.run('sleep', ['987654'])).rejects.toThrow('sleep 987654: it has not ended within 300 ms')
  await until(async () => !(await runs('sleep 987654')))
})

test('when it is killed, what runs fails and is ended, and the next program is started by another', async () => {
  const running = launcher.run('sleep', ['876543'])
  await until(() => runs('sleep 876543'))
  process.kill(launcher.pid ?? 0, 'SIGKILL')
  await expect(running).rejects.toThrow('has ended')
  await until(async () => !(await runs('sleep 876543')))
  expect(await launcher.run('echo', ['next'])).toBe('next\n')
})

test('when it is stuck, it is ended', async () => {
  const hasty = new Launcher(300)
  await hasty.run('true', [])
  process.kill(hasty.pid ?? 0, 'SIGSTOP')
  await expect(hasty.run('true', [])).rejects.toThrow('is stuck')
  expect(await hasty.run('echo', ['next'])).toBe('next\n')
})

test('it ends with the gateway, however that ends, and does not keep it from ending', async () => {
  const module = resolve(import.meta.dirname, 'launcher.ts')
  const script = `import { Launcher } from '${module}'
const launcher = new Launcher()
await launcher.run('true', [])
process.stdout.write(launcher.pid + '\\n')`
  const start = async (then: string) => {
    const child = spawn('node', ['--input-type=module', '--eval', script + then], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [pid] = await once(child.stdout, 'data')
    return { child, pid: Number(pid) }
  }
  const isGone = (pid: number) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8') === ''
    } catch {
      return true
    }
  }
  const killed = await start('\nsetInterval(() => {}, 1000)')
  expect(isGone(killed.pid)).toBe(false)
  killed.child.kill('SIGKILL')
  await until(() => isGone(killed.pid))
  const done = await start('')
  const [code] = await once(done.child, 'exit')
  expect(code).toBe(0)
  await until(() => isGone(done.pid))
})
