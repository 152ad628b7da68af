// The flow of one connection on a screen: starts by itself, and again when asked.
import { useCallback, useEffect, useRef, useState } from 'react'
import type { Hash } from 'viem'
import { useNetwork } from '../network/context.tsx'
import { WalletNeeded } from '../problem.ts'
import { connections } from '../vault/connections.ts'
import { useEngineWallet } from '../wallet/use-engine-wallet.ts'
import { FlowError, runFlow } from './run-flow.ts'
import type { StepId } from './steps.ts'

export type FlowProgress = {
  /** Undefined before the record was read. */
  step: StepId | undefined
  state: 'running' | 'failed' | 'finished' | 'unknown'
  error?: FlowError
}

/** Milliseconds. */
const RECONNECT_MS = 2_000

export function useFlow(stream: Hash): FlowProgress & { again: () => void } {
  const { network, client } = useNetwork()
  const connected = useEngineWallet()
  const wallet = useRef(connected)
  wallet.current = connected
  const [progress, setProgress] = useState<FlowProgress>({ step: undefined, state: 'running' })
  const running = useRef(false)

  const start = useCallback(async () => {
    if (running.current) return
    running.current = true
    try {
      const context = {
        network,
        client,
        origin: location.origin,
        wallet: async () => {
          // After a reload a wallet that was connected comes back by itself, but not at once.
          const deadline = Date.now() + RECONNECT_MS
          while (!wallet.current && Date.now() < deadline) await new Promise((next) => setTimeout(next, 50))
          if (!wallet.current) throw new WalletNeeded()
          return wallet.current.wallet()
        },
      }
      // Two tabs on one flow would ask for two signatures.
      const known = await navigator.locks.request(`x4pn/flow/${stream}`, async () => {
        const connection = await connections.read(stream)
        if (connection) await runFlow(connection, context, (step) => setProgress({ step, state: 'running' }))
        return connection !== undefined
      })
      setProgress(known ? { step: 'join', state: 'finished' } : { step: undefined, state: 'unknown' })
    } catch (error) {
      const flowError = error instanceof FlowError ? error : new FlowError('check', false, error)
      setProgress({ step: flowError.step, state: 'failed', error: flowError })
    } finally {
      running.current = false
    }
  }, [stream, network, client])

  useEffect(() => {
    void start()
  }, [start])
  return { ...progress, again: () => void start() }
}
