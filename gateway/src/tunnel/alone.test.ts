// One gateway for each interface and pool of a machine.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { holdAlone, ownOf } from './alone.ts'

/** The sockets are the whole machine's, and other copies of these tests may run on it. */
const here = (name: string) => `test-${process.pid}-${name}`
const wanted = (name: string) => ({ X4PN_INTERFACE: here(name), X4PN_POOL4: here(name) })

/** Another process, which holds this and then does as the script says. */
function holdElsewhere(name: string, script: string) {
  const held = `import(${JSON.stringify(new URL('./alone.ts', import.meta.url))}).then(async ({ holdAlone }) => {
    await holdAlone(${JSON.stringify(wanted(name))})
    ${script}
  })`
  return spawn(process.execPath, ['-e', held], { stdio: ['ignore', 'pipe', 'inherit'] })
}

test('a second one is refused, by what is taken, and has held nothing; then it is free', async () => {
  const release = await holdAlone(wanted('twice'))
  await expect(holdAlone({ ...wanted('other'), X4PN_POOL4: here('twice') })).rejects.toThrow(
    `X4PN_POOL4=${here('twice')}. Give this one its own: X4PN_INTERFACE, X4PN_POOL4.`,
  )
  const other = await holdAlone(wanted('other'))
  release()
  const again = await holdAlone(wanted('twice'))
  for (const each of [other, again]) each()
})

test('whoever is killed holds nothing any more, also where a program that it started lives on', async () => {
  const child = holdElsewhere(
    'killed',
    `const { spawn } = await import('node:child_process')
    const { pid } = spawn('sleep', ['600'], { stdio: 'ignore', detached: true })
    console.log(pid)
    setInterval(() => {}, 1000)`,
  )
  const [started] = await once(child.stdout, 'data')
  try {
    await expect(holdAlone(wanted('killed'))).rejects.toThrow(`X4PN_INTERFACE=${here('killed')}`)
    child.kill('SIGKILL')
    await once(child, 'close')
    const release = await holdAlone(wanted('killed'))
    release()
  } finally {
    process.kill(Number(started), 'SIGKILL')
  }
})

test('whoever holds and has nothing else to do ends by itself', async () => {
  const child = holdElsewhere('done', '')
  expect(await once(child, 'close')).toEqual([0, null])
})

test('a pool is the same however it is spelled', () => {
  const wireguard = { endpoint: '192.0.2.1:51820', port: 51820, interface: 'x4pn0', mtu: 1420 }
  for (const pool6 of ['fd58:3450:4e00::/64', 'FD58:3450:4e00:0::/64']) {
    expect(ownOf({ wireguard, pool4: '10.64.0.0/10', pool6 })).toEqual({
      X4PN_INTERFACE: 'x4pn0',
      X4PN_POOL4: '10.64.0.0/10',
      X4PN_POOL6: 'fd58:3450:4e00::/64',
    })
  }
})
