// The operator's own port: metrics, health, and draining.
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../testing/free-port.ts'
import { ask } from '../testing/http.ts'
import { outcome, startTestGateway, type TestGateway, until } from '../testing/test-gateway.ts'
import { network, useNetwork } from '../testing/use-gateway.ts'
import { DRAIN_HEADER } from './operator.ts'

let gateway: TestGateway
let own: string

useNetwork()
beforeEach(async () => {
  await gateway?.stop()
  const port = await freePort()
  own = `http://127.0.0.1:${port}`
  gateway = await startTestGateway(network, { env: { X4PN_OPERATOR_LISTEN: `127.0.0.1:${port}` } })
})
afterAll(async () => {
  await gateway?.stop()
})

const metrics = async () => (await fetch(`${own}/metrics`)).text()
/** Value of one metric without labels. */
const metric = async (name: string) => Number(new RegExp(`^${name} (.+)$`, 'm').exec(await metrics())?.[1])

test('metrics follow what happens', async () => {
  const stream = await network.openStream(gateway.node)
  expect(await metric('x4pn_sessions')).toBe(0)
  await gateway.join(stream)
  await gateway.pay(stream, 300n)
  expect(await metric('x4pn_sessions')).toBe(1)
  expect(await metric('x4pn_unsettled')).toBe(300)
  await gateway.leave(stream)
  await until(async () => /x4pn_transactions_total\{kind="release",outcome="mined"\} 1/.test(await metrics()))
  expect(await metrics()).toMatch(/x4pn_request_seconds_count\{route="\/v1\/receipts",status="200"\} 1/)
})

test('pitfall 37: metrics hold no client', async () => {
  const stream = await network.openStream(gateway.node)
  await gateway.join(stream)
  await ask(`${gateway.apiUrl}/v1/sessions/${stream.stream}/usage`)
  const text = (await metrics()).toLowerCase()
  for (const secret of ['127.0.0.1', stream.stream, stream.user, stream.sessionKey]) {
    expect(text).not.toContain(secret.toLowerCase())
  }
})

test('ready when it can take somebody in, and it says why not', async () => {
  await until(async () => (await ask(`${own}/readyz`)).status === 200)
  expect((await ask(`${own}/healthz`)).status).toBe(200)
  gateway.tunnel.failing.add('readUsage').add('ensure')
  await until(async () => (await ask(`${own}/readyz`)).status === 503)
  expect((await ask<{ reasons: string[] }>(`${own}/readyz`)).body.reasons).toEqual([
    'the tunnel is not metered: nobody is served',
  ])
  gateway.tunnel.failing.clear()
  await until(async () => (await ask(`${own}/readyz`)).status === 200)
})

describe('draining', () => {
  const drain = (seconds: string) =>
    ask<unknown>(`${own}/drain`, { method: 'POST', headers: { [DRAIN_HEADER]: seconds } })

  test('takes in nobody new, and is over when the last one has left', async () => {
    const stays = await network.openStream(gateway.node)
    await gateway.join(stays)
    expect((await drain('600')).status).toBe(202)
    const late = await network.openStream(gateway.node)
    const refused = await gateway.join(late)
    expect([outcome(refused), Number(refused.headers['retry-after']) > 0]).toEqual(['NODE_DRAINING', true])
    expect((await gateway.pay(stays, 500n)).served).toBe(true)
    expect(outcome(await gateway.join(stays))).toBe('ok')
    let over = false
    gateway.drained().then(() => {
      over = true
    })
    await new Promise((next) => setTimeout(next, 1_500))
    expect(over).toBe(false)
    await gateway.leave(stays)
    await until(() => over)
  })

  test('ends when its time is up', async () => {
    await gateway.join(await network.openStream(gateway.node))
    await drain('1')
    await gateway.drained()
  })

  test('a page cannot ask for it: without the header nothing happens', async () => {
    expect((await ask(`${own}/drain`, { method: 'POST' })).status).toBe(400)
    expect((await ask(`${own}/drain`, { method: 'POST', headers: { [DRAIN_HEADER]: '-1' } })).status).toBe(400)
    expect((await ask(`${own}/readyz`)).status).toBe(200)
  })
})
