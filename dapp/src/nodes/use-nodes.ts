import { useQuery } from '@tanstack/react-query'
import { discoverNodes } from '@x4pn/client'
import { useNetwork } from '../network/context.tsx'

/** Nodes on offer, and where the list is from. For display and choosing. */
export function useNodes() {
  const { network, client } = useNetwork()
  return useQuery({
    queryKey: ['nodes', network.chainId, network.deployment.registry],
    queryFn: () => discoverNodes({ network, client }),
    staleTime: 30_000,
  })
}
