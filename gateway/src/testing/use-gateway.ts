// One chain, and one gateway on it where a file wants one, for all tests of that file: from before the first to after the
// last. vitest loads modules anew for each file of tests, so what is exported here is shared with no other.
import { afterAll, beforeAll } from 'vitest'
import { startNetwork, type TestNetwork } from './network.ts'
import { startTestGateway, type TestGateway, type TestGatewayOptions } from './test-gateway.ts'

export let network: TestNetwork
export let gateway: TestGateway

/** For tests that start gateways of their own, or none. */
export function useNetwork(): void {
  beforeAll(async () => {
    network = await startNetwork()
  })
  afterAll(() => network?.stop())
}

export function useGateway(options?: TestGatewayOptions): void {
  useNetwork()
  beforeAll(async () => {
    gateway = await startTestGateway(network, options)
  })
  afterAll(() => gateway?.stop())
}
