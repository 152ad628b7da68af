// However a run ends, it leaves nothing: no process, namespace, interface, table or temporary folder.
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { runStart } from './run.ts'

describe('Ctrl-C', () => {
  test.concurrent.for(['setup', 'deploy', 'subgraph', 'gateway', 'join', 'transfer', 'cut'])(
    'after %s',
    async (step, { expect }) => {
      const run = await runStart({ args: [] })
      await run.reached(step)
      run.interrupt()
      expect(await run.exitCode, run.output()).toBe(130)
      expect(run.output()).toContain('Everything is stopped.')
      expect(await run.leftovers()).toEqual([])
    },
  )

  test.concurrent('twice in a row', async ({ expect }) => {
    const run = await runStart({ args: [] })
    await run.reached('gateway')
    run.interrupt()
    run.interrupt()
    expect(await run.exitCode, run.output()).toBe(130)
    expect(await run.leftovers()).toEqual([])
  })
})

test.concurrent('a failure in the middle: non-zero, with the step that failed', async ({ expect }) => {
  const run = await runStart({ args: ['--once'] })
  await run.reached('join')
  const namespace = /x4pn\d-internet/.exec(run.output())?.[0] ?? ''
  const { stdout: pids } = await execa('ip', ['netns', 'pids', namespace])
  for (const pid of pids.split('\n')) process.kill(Number(pid), 'SIGKILL')
  expect(await run.exitCode, run.output()).toBe(1)
  expect(run.output()).toMatch(/✗ (firstByte|transfer)/)
  expect(await run.leftovers()).toEqual([])
})

test('a second copy beside the first gets its own place and ports', async () => {
  const first = await runStart({ args: [] })
  await first.reached('chain')
  const second = await runStart({ args: [] })
  await second.reached('gateway')
  await first.reached('gateway')
  const urls = [first, second].map((run) => /gateway .*(http:\S+),/.exec(run.output())?.[1])
  expect(new Set(urls).size).toBe(2)
  for (const run of [first, second]) run.interrupt()
  expect(await Promise.all([first.exitCode, second.exitCode])).toEqual([130, 130])
  expect([...(await first.leftovers()), ...(await second.leftovers())]).toEqual([])
})
