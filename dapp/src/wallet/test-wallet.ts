// A ready, funded wallet for the local network, and for no other: its key is one of anvil's, which everybody has.
import {
  type Address,
  createWalletClient,
  defineChain,
  type EIP1193RequestFn,
  type Hex,
  http,
  numberToHex,
  type TypedDataDefinition,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { type CreateConnectorFn, injected } from 'wagmi'
import { LOCAL_CHAIN_ID } from '../network/link.ts'

/** anvil's fifth account; the local network puts test USDC on it. */
const KEY: Hex = '0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a'

const TEST_WALLET_ID = 'x4pn-test-wallet'

/** None on any other chain. */
export function testWallet(chainId: number, rpcUrl: string, name: string): CreateConnectorFn[] {
  if (chainId !== LOCAL_CHAIN_ID) return []
  const provider = createProvider(rpcUrl)
  return [injected({ target: { id: TEST_WALLET_ID, name, provider: () => provider as never } })]
}

/** EIP-1193 over a key in memory: what it can sign it signs without asking. */
function createProvider(rpcUrl: string) {
  const account = privateKeyToAccount(KEY)
  const chain = defineChain({
    id: LOCAL_CHAIN_ID,
    name: 'local',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  })
  const wallet = createWalletClient({ account, chain, transport: http(rpcUrl) })
  // As any wallet: no account before its owner has agreed to the page.
  let agreed = false
  const request = async ({ method, params }: { method: string; params?: unknown }): Promise<unknown> => {
    const args = (params ?? []) as unknown[]
    switch (method) {
      case 'eth_accounts':
        return agreed ? [account.address] : []
      case 'eth_requestAccounts':
        agreed = true
        return [account.address]
      case 'wallet_requestPermissions':
        return [{ parentCapability: 'eth_accounts' }]
      case 'wallet_revokePermissions':
        return null
      case 'eth_chainId':
        return numberToHex(LOCAL_CHAIN_ID)
      case 'personal_sign':
        return account.signMessage({ message: { raw: args[0] as Hex } })
      case 'eth_signTypedData_v4':
        return account.signTypedData(JSON.parse(args[1] as string) as TypedDataDefinition)
      case 'eth_sendTransaction': {
        const [{ to, data, value }] = args as [{ to: Address; data?: Hex; value?: Hex }]
        return wallet.sendTransaction({ to, data, value: BigInt(value ?? 0) })
      }
      default:
        return (wallet.request as EIP1193RequestFn)({ method, params } as never)
    }
  }
  return { request, on: () => {}, removeListener: () => {} }
}
