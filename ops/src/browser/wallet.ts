// A wallet extension as the dapp sees it: announces itself by EIP-6963, and asks us what its owner would say. Keys stay
// on our side of the page.
import type { Page } from 'playwright-core'
import {
  type Address,
  createWalletClient,
  type Hex,
  http,
  numberToHex,
  type PrivateKeyAccount,
  type TypedDataDefinition,
} from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { localChain } from '../local/chain.ts'

export type TestWallet = {
  account: PrivateKeyAccount
  /** Its owner has agreed to the page. */
  connected: boolean
  /** What its owner answers to the next question that needs a signature. */
  answer: 'accept' | 'reject' | 'never'
  /** The chain that the wallet is on, whatever the page wants. */
  chainId: number
  /** Methods that the owner was asked to agree to, in order. */
  asked: string[]
  switchAccount: (account: PrivateKeyAccount) => Promise<void>
  switchChain: (chainId: number) => Promise<void>
}

const NAME = 'Journey wallet'
const REJECTED = { code: 4001, message: 'User rejected the request.' }
/** Those that show a window in a real wallet. */
const CONSENT = ['personal_sign', 'eth_signTypedData_v4', 'eth_sendTransaction']

/** Puts the wallet into every document of the page, reloads included. */
export async function installWallet(page: Page, rpcUrl: string, chainId: number): Promise<TestWallet> {
  const emit = (event: string, value: unknown) =>
    page.evaluate(
      ([name, data]) => (window as never as Injected).journeyWalletEmit?.(name as string, data),
      [event, value],
    )
  const wallet: TestWallet = {
    account: privateKeyToAccount(generatePrivateKey()),
    connected: false,
    answer: 'accept',
    chainId,
    asked: [],
    async switchAccount(account) {
      wallet.account = account
      await emit('accountsChanged', [account.address])
    },
    async switchChain(id) {
      wallet.chainId = id
      await emit('chainChanged', numberToHex(id))
    },
  }
  await page.exposeFunction('journeyWalletRequest', async (method: string, params: unknown) => {
    try {
      return { result: await answer(wallet, rpcUrl, method, (params ?? []) as unknown[]) }
    } catch (error) {
      const { code = -32603, message } = error as { code?: number; message: string }
      return { error: { code, message } }
    }
  })
  await page.addInitScript(announce, NAME)
  return wallet
}

async function answer(wallet: TestWallet, rpcUrl: string, method: string, params: unknown[]): Promise<unknown> {
  const { account } = wallet
  if (CONSENT.includes(method)) {
    wallet.asked.push(method)
    if (wallet.answer === 'never') await new Promise(() => {})
    if (wallet.answer === 'reject') throw Object.assign(new Error(REJECTED.message), REJECTED)
  }
  switch (method) {
    case 'eth_accounts':
      return wallet.connected ? [account.address] : []
    case 'eth_requestAccounts':
      wallet.connected = true
      return [account.address]
    case 'wallet_requestPermissions':
      return [{ parentCapability: 'eth_accounts' }]
    case 'eth_chainId':
      return numberToHex(wallet.chainId)
    case 'wallet_switchEthereumChain':
      await wallet.switchChain(Number((params[0] as { chainId: Hex }).chainId))
      return null
    case 'personal_sign':
      return account.signMessage({ message: { raw: params[0] as Hex } })
    case 'eth_signTypedData_v4':
      return account.signTypedData(JSON.parse(params[1] as string) as TypedDataDefinition)
    case 'eth_sendTransaction': {
      const [{ to, data }] = params as [{ to: Address; data?: Hex }]
      const client = createWalletClient({ account, chain: localChain(rpcUrl), transport: http(rpcUrl) })
      return client.sendTransaction({ to, ...(data ? { data } : {}) })
    }
    default:
      throw new Error(`the journey's wallet knows no ${method}`)
  }
}

type Injected = {
  journeyWalletRequest: (method: string, params: unknown) => Promise<{ result?: unknown; error?: object }>
  journeyWalletEmit?: (event: string, value: unknown) => void
}

/** Runs in the page. */
function announce(name: string): void {
  const injected = window as never as Injected
  const listeners: Record<string, ((value: unknown) => void)[]> = {}
  injected.journeyWalletEmit = (event, value) => {
    for (const listener of listeners[event] ?? []) listener(value)
  }
  const provider = {
    request: async ({ method, params }: { method: string; params?: unknown }) => {
      const { result, error } = await injected.journeyWalletRequest(method, params)
      if (error) throw Object.assign(new Error((error as Error).message), error)
      return result
    },
    on: (event: string, listener: (value: unknown) => void) => {
      listeners[event] = [...(listeners[event] ?? []), listener]
    },
    removeListener: (event: string, listener: (value: unknown) => void) => {
      listeners[event] = (listeners[event] ?? []).filter((one) => one !== listener)
    },
  }
  const info = {
    uuid: '6d3c7a54-0000-4000-8000-000000000001',
    name,
    icon: 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path fill="teal" d="M0 0h1v1H0z"/></svg>',
    rdns: 'example.journey.wallet',
  }
  const detail = Object.freeze({ info, provider })
  const say = () => window.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }))
  window.addEventListener('eip6963:requestProvider', say)
  say()
}
