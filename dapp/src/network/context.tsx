// The chosen network, and one reader of its chain, for every screen.
import { type Network, publicClientFor } from '@x4pn/client'
import { createContext, type ReactNode, use, useMemo } from 'react'
import type { PublicClient } from 'viem'

type NetworkValue = { network: Network; client: PublicClient }

const NetworkContext = createContext<NetworkValue | undefined>(undefined)

export function NetworkProvider({ network, children }: { network: Network; children: ReactNode }) {
  const value = useMemo(() => ({ network, client: publicClientFor(network) }), [network])
  return <NetworkContext value={value}>{children}</NetworkContext>
}

export function useNetwork(): NetworkValue {
  const value = use(NetworkContext)
  if (!value) throw new Error('no network was chosen')
  return value
}
