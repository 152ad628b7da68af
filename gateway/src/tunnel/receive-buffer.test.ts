// The receive buffer: large while the work goes on, as before afterwards, however it ends.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { withLargeReceiveBuffer } from './receive-buffer.ts'

const folder = mkdtempSync(join(tmpdir(), 'x4pn-buffer-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'rmem_default')
const value = () => readFileSync(path, 'utf8')

test('raised, and put back', async () => {
  writeFileSync(path, '212992\n')
  expect(await withLargeReceiveBuffer(async () => value(), path)).toBe(String(4 * 2 ** 20))
  expect(value()).toBe('212992\n')
})

test('put back when the work fails', async () => {
  writeFileSync(path, '212992\n')
  const work = async () => {
    throw new Error('no socket')
  }
  await expect(withLargeReceiveBuffer(work, path)).rejects.toThrow('no socket')
  expect(value()).toBe('212992\n')
})

test('a larger one stays, and where it cannot be changed the work is done all the same', async () => {
  writeFileSync(path, '8388608')
  expect(await withLargeReceiveBuffer(async () => value(), path)).toBe('8388608')
  expect(await withLargeReceiveBuffer(async () => 'done', join(folder, 'nowhere', 'rmem_default'))).toBe('done')
})
