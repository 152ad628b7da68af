// wagmi for the chosen network: wallets announce themselves (EIP-6963); no service of anybody's is asked.
import type { Network } from '@x4pn/client'
import { defineChain } from 'viem'
import { createConfig, createStorage, fallback, http, noopStorage } from 'wagmi'
import { strings } from '../strings.ts'
import { vault } from '../vault/vault.ts'
import { testWallet } from './test-wallet.ts'

export function walletConfig(network: Network) {
  const { chainId, rpcUrls } = network
  const [rpcUrl = ''] = rpcUrls
  const chain = defineChain({
    id: chainId,
    name: strings.network.chainName(chainId),
    nativeCurrency: { name: 'Native coin', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: rpcUrls } },
  })
  return createConfig({
    chains: [chain],
    connectors: testWallet(chainId, rpcUrl, strings.wallet.test),
    transports: { [chainId]: fallback(rpcUrls.map((url) => http(url))) },
    // Which wallet was connected; on a path gateway other sites could read it.
    storage: createStorage({ storage: vault.lasting ? localStorage : noopStorage, key: 'x4pn-wallet' }),
  })
}
