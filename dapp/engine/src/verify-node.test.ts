import { exitPolicyHash } from '@x4pn/contracts'
import { describe, expect, test } from 'vitest'
import { NodeMismatchError } from './errors.ts'
import { fakeNode, NOW, network } from './testing/fake-node.ts'
import { checkStatement } from './verify-node.ts'

const other = '0x4444444444444444444444444444444444444444'
const otherPolicy = {
  blocked4: [],
  blocked6: [],
  protocols: ['tcp'],
  allowedTcpPorts: [],
  allowedUdpPorts: [],
  blockedTcpPorts: [],
  blockedUdpPorts: [],
}
const { deployment } = network
const node = fakeNode()

test('default', async () => {
  await checkStatement(await node.info(), node.listed, deployment, NOW)
})

describe('each mismatch is its own error, though the node key signed it', () => {
  test.each([
    ['NODE_ID_MISMATCH', { node: other }],
    ['NODE_CHAIN_MISMATCH', { chainId: 1 }],
    ['NODE_SESSIONS_MISMATCH', { sessions: other }],
    ['NODE_REGISTRY_MISMATCH', { registry: other }],
    ['NODE_API_URL_MISMATCH', { apiUrl: 'https://node.example:8443/' }],
    ['NODE_PRICE_MISMATCH', { pricePerGiB: '50001' }],
    ['NODE_PRICE_MISMATCH', { pricePerHour: '9999' }],
    ['NODE_COMMITMENT_MISMATCH', { wireguardKey: `0x${'ac'.repeat(32)}` }],
    ['NODE_COMMITMENT_MISMATCH', { exitPolicyHash: `0x${'ce'.repeat(32)}` }],
    ['NODE_COMMITMENT_MISMATCH', { exitPolicy: otherPolicy }],
    ['NODE_COMMITMENT_MISMATCH', { exitPolicy: otherPolicy, exitPolicyHash: exitPolicyHash(otherPolicy) }],
    ['NODE_STATEMENT_EXPIRED', { expiry: NOW / 1000 }],
  ] as const)('%s %o', async (code, changes) => {
    const failure = await checkStatement(await node.info(changes), node.listed, deployment, NOW).catch(
      (e: unknown) => e,
    )
    expect(failure).toBeInstanceOf(NodeMismatchError)
    expect(failure).toMatchObject({ code })
  })
})

describe('what only the signature covers', () => {
  test.each([
    { wireguardEndpoint: '198.51.100.1:51820' },
    { allowance: '0' },
    { minimumDeposit: '1' },
    { relayFee: '999999' },
    { expiry: NOW / 1000 + 7200 },
    { signature: `0x${'11'.repeat(65)}` },
    { signature: `0x${'11'.repeat(64)}` },
  ] as const)('%o', async (changes) => {
    const forged = { ...(await node.info()), ...changes }
    await expect(checkStatement(forged, node.listed, deployment, NOW)).rejects.toMatchObject({
      code: 'NODE_SIGNATURE_INVALID',
    })
  })

  test("another node's signature", async () => {
    const { signature } = await fakeNode().info()
    const forged = { ...(await node.info()), signature }
    await expect(checkStatement(forged, node.listed, deployment, NOW)).rejects.toMatchObject({
      code: 'NODE_SIGNATURE_INVALID',
    })
  })
})
