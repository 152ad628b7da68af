import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Cleanup } from './cleanup.ts'

describe('Cleanup', () => {
  test('ends what was started in reverse order, once', async () => {
    const ended: string[] = []
    const cleanup = new Cleanup(() => {})
    for (const name of ['chain', 'gateway', 'client']) cleanup.add(name, () => void ended.push(name))
    await Promise.all([cleanup.run(), cleanup.run()])
    expect(ended).toEqual(['client', 'gateway', 'chain'])
  })

  test('goes on after a step that fails, and says so', async () => {
    const lines: string[] = []
    let ended = false
    const cleanup = new Cleanup((line) => lines.push(line))
    cleanup.add('chain', () => {
      ended = true
    })
    cleanup.add('gateway', () => Promise.reject(new Error('no')))
    await cleanup.run()
    expect(ended).toBe(true)
    expect(lines).toContain('could not stop gateway: Error: no')
  })

  test('deletes folders after everything else, and again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cleanup-test-'))
    const cleanup = new Cleanup(() => {})
    cleanup.addFolder(folder)
    cleanup.add('a writer', () => writeFile(join(folder, 'late'), ''))
    await cleanup.run()
    expect(existsSync(folder)).toBe(false)
    await mkdir(folder)
    await cleanup.run()
    expect(existsSync(folder)).toBe(false)
  })

  test('ends a newcomer too, and tells whoever started it to stop', async () => {
    const cleanup = new Cleanup(() => {})
    await cleanup.run()
    let ended = false
    const end = () => {
      ended = true
    }
    expect(() => cleanup.add('late', end)).toThrow('being stopped')
    await cleanup.run()
    expect(ended).toBe(true)
  })
})
