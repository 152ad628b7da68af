import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, test } from 'vitest'
import { Cleanup } from './cleanup.ts'
import { prepareHosts } from './network.ts'
import { takePlace } from './slot.ts'

test('the folder of a copy that was killed goes when its place is taken again', async ({ expect }) => {
  const killed = new Cleanup(() => {})
  const { slot, folder } = await prepareHosts('not needed here', () => {}, killed)
  const left = join(tmpdir(), `x4pn${slot.number}-left-by-a-test`)
  await mkdir(join(left, 'postgres'), { recursive: true })
  await killed.run()
  expect([existsSync(folder), existsSync(left)]).toEqual([false, true])

  // Nobody gets a lower place than that one, whoever comes now.
  for (let lower = 0; lower < slot.number; lower++) {
    const leave = await takePlace(lower)
    if (leave) onTestFinished(leave)
  }
  const next = new Cleanup(() => {})
  onTestFinished(() => next.run())
  await prepareHosts('not needed here', () => {}, next)
  expect(existsSync(left)).toBe(false)
})
