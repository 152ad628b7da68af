// The way out of a stream without its node: stop on chain, wait for the challenge window, have it closed. Sent by other
// nodes, so it needs no coins.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { authorizeStop, type PastStream, readChallengeWindow } from '@x4pn/client'
import { Button } from '../design/button.tsx'
import { Problem } from '../design/problem.tsx'
import { when } from '../format.ts'
import { useNetwork } from '../network/context.tsx'
import { problemOf } from '../problem.ts'
import { relayAnywhere } from '../session/relay-anywhere.ts'
import { strings } from '../strings.ts'
import type { ConnectedWallet } from '../wallet/use-engine-wallet.ts'

const t = strings.history

/** For a stream that this browser has no key of. */
export function StopByWallet({ past, wallet }: { past: PastStream; wallet: ConnectedWallet }) {
  const { network, client } = useNetwork()
  const queries = useQueryClient()
  const stop = useMutation({
    mutationFn: async () => {
      const { deployment, chainId } = network
      const { stream, node, sessionKey } = past
      const identity = { chainId, sessions: deployment.sessions, user: wallet.address, node, sessionKey, stream }
      const signature = await authorizeStop({ client, wallet: await wallet.wallet(), deployment }, identity)
      const request = { action: 'stop', user: wallet.address, node, sessionKey, signature } as const
      await relayAnywhere({ network, client, stream, request })
      await queries.invalidateQueries({ queryKey: ['history'] })
    },
  })
  return (
    <>
      <Button size="small" disabled={stop.isPending || stop.isSuccess} onClick={() => stop.mutate()}>
        {strings.ended.stopOnChain}
      </Button>
      {stop.error && <Problem problem={problemOf(stop.error)} />}
    </>
  )
}

/** For a stopped stream: anyone may close it once the window is over. */
export function CloseStopped({ past, wallet }: { past: PastStream; wallet: ConnectedWallet }) {
  const { network, client } = useNetwork()
  const queries = useQueryClient()
  const window = useQuery({
    queryKey: ['window', network.deployment.sessions],
    queryFn: () => readChallengeWindow(client, network.deployment),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const clock = useQuery({
    queryKey: ['clock', network.chainId],
    queryFn: async () => (await client.getBlock()).timestamp,
    refetchInterval: 15_000,
  })
  const close = useMutation({
    mutationFn: async () => {
      const { stream, node, sessionKey } = past
      const request = { action: 'close', user: wallet.address, node, sessionKey } as const
      await relayAnywhere({ network, client, stream, request })
      await queries.invalidateQueries()
    },
  })
  if (window.data === undefined || clock.data === undefined) return null
  const closableAt = BigInt(past.stoppedAt) + window.data
  // The chain's own clock decides, not this device's.
  if (clock.data < closableAt) return <span className="small soft">{t.closableAt(when(Number(closableAt)))}</span>
  return (
    <>
      <Button size="small" kind="primary" disabled={close.isPending} onClick={() => close.mutate()}>
        {close.isPending ? t.closing : t.close}
      </Button>
      {close.error && <Problem problem={problemOf(close.error)} />}
    </>
  )
}
