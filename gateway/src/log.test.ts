// The log at its loudest, through everything that a client and an operator's bad day bring.
import { expect, test } from 'vitest'
import { createLog, type Log } from './log.ts'
import { ask } from './testing/http.ts'
import { startNetwork } from './testing/network.ts'
import { outcome, randomKey, startTestGateway, until } from './testing/test-gateway.ts'

const CLIENT = '127.0.0.77'
const SECRET_PATH = 'v3-of-a-provider-0123456789abcdef'

test('pitfall 37: no key, no token, no signature, no client address and no secret URL in the log', async () => {
  const lines: string[] = []
  const log: Log = createLog('trace', { write: (line: string) => void lines.push(line) })
  const network = await startNetwork()
  const gateway = await startTestGateway(network, {
    env: {
      X4PN_RPC_URLS: `${network.rpc.url}/${SECRET_PATH}`,
      X4PN_SETTLE_VALUE: '1000',
      X4PN_SESSIONS_PER_ADDRESS: '1',
      X4PN_CALLS_PER_CLIENT: '6',
    },
    parts: { log },
  })
  const secrets: string[] = [gateway.config.nodeKey, CLIENT, SECRET_PATH]
  try {
    const stream = await network.openStream(gateway.node)
    const wireguardKey = randomKey()
    const body = await gateway.signIn(stream, 'join', { wireguardKey })
    const joined = await gateway.post.join(body, undefined, CLIENT)
    expect(outcome(joined)).toBe('ok')
    secrets.push(joined.body.token, body.signature, wireguardKey)
    const receipt = await gateway.receipt(stream, 5000n)
    secrets.push(receipt.signature)
    await gateway.post.receipts([receipt])
    await until(async () => (await network.readStream(stream)).settled === 5000n)
    await gateway.join(stream, { from: CLIENT })

    // Refusals of every kind, and a gateway in trouble.
    const other = await network.openStream(gateway.node)
    await gateway.join(other, { from: CLIENT })
    for (let strangers = 0; strangers < 8; strangers++) {
      await gateway.join(network.makeStream(gateway.node), { from: CLIENT })
    }
    await ask(`${gateway.apiUrl}/v1/echo?nonce=abc`, { from: CLIENT })
    await ask(`${gateway.apiUrl}/v1/nowhere`, { from: CLIENT, body: { secret: SECRET_PATH } })
    gateway.tunnel.failing.add('readUsage').add('rotateKey')
    await gateway.join(stream, { from: CLIENT, wireguardKey: randomKey() })
    network.rpc.up = false
    await gateway.join(network.makeStream(gateway.node), { from: '127.0.0.78' })
    await gateway.post.receipts([await gateway.receipt(stream, 9000n)])
    await until(() => lines.some((line) => line.includes('does not answer')))
    await until(() => lines.some((line) => line.includes('settling failed')))
    await gateway.restart()
    gateway.tunnel.failing.clear()
    network.rpc.up = true
    await gateway.leave(stream)
    await until(async () => ((await network.readStream(stream)).flags & 2) !== 0)
  } finally {
    await gateway.stop()
    network.stop()
  }
  const text = lines.join('').toLowerCase()
  expect(text).toContain('"msg":"settled"')
  for (const secret of secrets) expect(text).not.toContain(secret.toLowerCase().replace(/^0x/, ''))
  expect(text).not.toContain('127.0.0.7')
})
