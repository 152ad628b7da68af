// The connected wallet, as the engine takes it.
import type { Wallet } from '@x4pn/client'
import { type Address, createWalletClient, custom, type EIP1193Provider } from 'viem'
import { useConnection } from 'wagmi'

export type ConnectedWallet = {
  address: Address
  /** On which chain the wallet itself is; the engine compares it before it asks for anything. */
  chainId: number | undefined
  wallet: () => Promise<Wallet>
}

/** Undefined: none is connected. */
export function useEngineWallet(): ConnectedWallet | undefined {
  const { address, connector, chainId, status } = useConnection()
  // While it reconnects after a reload, address and name are known, and nothing can be asked yet.
  if (status !== 'connected' || !connector) return undefined
  return {
    address,
    chainId,
    // Without a chain: a wallet on another one is found out by asking it, not by an exception on the way.
    wallet: async () => {
      const provider = (await connector.getProvider()) as EIP1193Provider
      return createWalletClient({ account: address, transport: custom(provider) }) as Wallet
    },
  }
}
