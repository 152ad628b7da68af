// One gateway for each interface and pool of a machine.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { holdAlone } from './alone.ts'

const wanted = (name: string) => ({ X4PN_INTERFACE: `test-${name}`, X4PN_POOL4: `test-${name}` })

test('a second one is refused, by what is taken, and has held nothing; then it is free', async () => {
  const release = await holdAlone(wanted('twice'))
  await expect(holdAlone({ ...wanted('other'), X4PN_POOL4: 'test-twice' })).rejects.toThrow(
    'X4PN_POOL4=test-twice. Give this one its own: X4PN_INTERFACE, X4PN_POOL4.',
  )
  const other = await holdAlone(wanted('other'))
  release()
  const again = await holdAlone(wanted('twice'))
  for (const each of [other, again]) each()
})

test('whoever is killed holds nothing any more', async () => {
  const script = `import('${new URL('./alone.ts', import.meta.url)}').then(async ({ holdAlone }) => {
    await holdAlone(${JSON.stringify(wanted('killed'))})
    setInterval(() => {}, 1000)
    console.log('held')
  })`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  await expect(holdAlone(wanted('killed'))).rejects.toThrow('X4PN_INTERFACE=test-killed')
  child.kill('SIGKILL')
  await once(child, 'close')
  const release = await holdAlone(wanted('killed'))
  release()
})
