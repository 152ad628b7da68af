// The shell that runs the tunnel's commands: their words and input reach them as they are, and no command harms the next.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Shell } from './shell.ts'

const shell = new Shell()

test('words and input reach a command as they are, whatever is in them', async () => {
  // No program's argument can hold a NUL, and the shell ends the input's last line.
  const text = fc.string({ unit: 'binary' }).map((any) => any.replaceAll('\0', ''))
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 3 }), text, async (words, input) => {
      expect(await shell.run('printf', ['%s\\n', ...words])).toBe(words.map((word) => `${word}\n`).join(''))
      const whole = input === '' || input.endsWith('\n') ? input : `${input}\n`
      expect(await shell.run('cat', [], input)).toBe(whole)
    }),
    { numRuns: 50, examples: [[['it\'s $HOME `date` "\\'], 'EOF\n$(date)\n\n']] },
  )
})

test('a megabyte goes in and comes out', async () => {
  const input = `${'0123456789'.repeat(10)}\n`.repeat(10_000)
  expect(await shell.run('cat', [], input)).toBe(input)
})

test('what fails says why, and the next one runs', async () => {
  const script = 'echo out; echo why >&2; exit 3'
  const [bad, unknown, silent, good] = await Promise.allSettled([
    shell.run('sh', ['-c', script]),
    shell.run('no-such-program', []),
    shell.run('false', []),
    shell.run('echo', ['good']),
  ])
  expect(bad).toMatchObject({ reason: { message: `sh -c ${script}: why` } })
  expect(unknown).toMatchObject({ reason: { message: expect.stringMatching(/no-such-program.*not found/) } })
  expect(silent).toMatchObject({ reason: { message: 'false: exit code 1' } })
  expect(good).toMatchObject({ value: 'good\n' })
})

test('one after the other, in the order in which they were asked for', async () => {
  const order: number[] = []
  const run = (index: number, seconds: string) => shell.run('sleep', [seconds]).then(() => order.push(index))
  await Promise.all([run(0, '0.2'), run(1, '0'), run(2, '0')])
  expect(order).toEqual([0, 1, 2])
})

test('one that does not end is ended, with what it started, and the next one runs', async () => {
  const hasty = new Shell(300)
  const started = hasty.run('sh', ['-c', 'sleep 987654 & wait'])
  const next = hasty.run('echo', ['next'])
  await expect(started).rejects.toThrow('sh has not ended within 300 ms')
  expect(await next).toBe('next\n')
  const running = await shell.run('sh', ['-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" " "'])
  expect(running).toContain('vitest')
  expect(running).not.toContain('sleep 987654')
})

test('a shell that ends under a command: the command fails, and the next one runs', async () => {
  await expect(shell.run('sh', ['-c', 'kill -9 $PPID'])).rejects.toThrow('the shell that runs it has ended')
  expect(await shell.run('echo', ['next'])).toBe('next\n')
})
