// The frame: network first, then wallet and data, then one screen for each hash route.

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { Network } from '@x4pn/client'
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import type { Address, Hash } from 'viem'
import { WagmiProvider } from 'wagmi'
import { Redirect, Route, Router, Switch, useLocation } from 'wouter'
import { useHashLocation } from 'wouter/use-hash-location'
import { Notice } from './design/notice.tsx'
import { type Choice, keepNetwork } from './network/chosen.ts'
import { NetworkProvider } from './network/context.tsx'
import { OwnAddress } from './network/own-address.tsx'
import { StatusBar } from './network/status-bar.tsx'
import { Connect } from './screens/connect.tsx'
import { History } from './screens/history.tsx'
import { Landing } from './screens/landing.tsx'
import { NoNetwork, OfferedNetwork } from './screens/no-network.tsx'
import { Nodes } from './screens/nodes.tsx'
import { Opening } from './screens/opening.tsx'
import { Session } from './screens/session.tsx'
import { Settings } from './screens/settings.tsx'
import { resumeSessions } from './session/sessions.ts'
import { strings } from './strings.ts'
import { walletConfig } from './wallet/config.ts'
import { WalletButton } from './wallet/wallet-button.tsx'

export function App({ choice }: { choice: Choice }) {
  const [network, setNetwork] = useState(choice.network)
  const [offered, setOffered] = useState(choice.offered)
  const use = (next: Network) => {
    void keepNetwork(next)
    setNetwork(next)
    setOffered(undefined)
  }
  const notices = (
    <>
      <OwnAddress />
      {choice.problem !== undefined && <Notice tone="bad">{strings.network.badLink}</Notice>}
      {offered && (
        <OfferedNetwork offered={offered} onAccept={() => use(offered)} onRefuse={() => setOffered(undefined)} />
      )}
    </>
  )
  return (
    <Router hook={useHashLocation}>
      {network ? (
        <OnNetwork key={network.chainId + network.deployment.sessions} network={network}>
          <Shell wallet={<WalletButton />} status={<StatusBar />}>
            {notices}
            <Screens onNetwork={use} />
          </Shell>
        </OnNetwork>
      ) : (
        <Shell>
          {notices}
          {!offered && <NoNetwork onNetwork={use} />}
        </Shell>
      )}
    </Router>
  )
}

function OnNetwork({ network, children }: { network: Network; children: ReactNode }) {
  const config = useMemo(() => walletConfig(network), [network])
  const queries = useMemo(() => new QueryClient({ defaultOptions: { queries: { networkMode: 'always' } } }), [])
  useEffect(() => {
    void resumeSessions(network)
  }, [network])
  return (
    <WagmiProvider config={config}>
      <QueryClientProvider client={queries}>
        <NetworkProvider network={network}>{children}</NetworkProvider>
      </QueryClientProvider>
    </WagmiProvider>
  )
}

function Screens({ onNetwork }: { onNetwork: (network: Network) => void }) {
  return (
    <Switch>
      <Route path="/">
        <Landing />
      </Route>
      <Route path="/nodes">
        <Nodes />
      </Route>
      <Route path="/connect/:node">{({ node }) => <Connect node={node as Address} />}</Route>
      <Route path="/open/:stream">{({ stream }) => <Opening key={stream} stream={stream as Hash} />}</Route>
      <Route path="/session/:stream">{({ stream }) => <Session key={stream} stream={stream as Hash} />}</Route>
      <Route path="/history">
        <History />
      </Route>
      <Route path="/settings">
        <Settings onNetwork={onNetwork} />
      </Route>
      <Route>
        <Redirect to="/" />
      </Route>
    </Switch>
  )
}

const routes = [
  ['/', strings.nav.connect],
  ['/nodes', strings.nav.nodes],
  ['/history', strings.nav.history],
  ['/settings', strings.nav.settings],
] as const

function Shell({ wallet, status, children }: { wallet?: ReactNode; status?: ReactNode; children: ReactNode }) {
  const [at] = useLocation()
  return (
    <div className="shell">
      <header className="bar">
        <a className="bar__brand" href="#/">
          <img src="./icon.svg" alt="" />
          {strings.brand}
        </a>
        {wallet && (
          <nav aria-label={strings.nav.label}>
            {routes.map(([path, label]) => (
              <a key={path} href={`#${path}`} aria-current={at === path ? 'page' : undefined}>
                {label}
              </a>
            ))}
          </nav>
        )}
        <div className="bar__wallet">{wallet}</div>
      </header>
      <main className="main">{children}</main>
      {status}
    </div>
  )
}
