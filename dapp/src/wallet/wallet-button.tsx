// The wallet in the bar: connect by choosing one that announced itself, or see and leave the connected one.
import { useState } from 'react'
import { useConnect, useConnection, useConnectors, useDisconnect, useSwitchChain } from 'wagmi'
import { Button } from '../design/button.tsx'
import { Dialog } from '../design/dialog.tsx'
import { Notice } from '../design/notice.tsx'
import { short } from '../format.ts'
import { useNetwork } from '../network/context.tsx'
import { strings } from '../strings.ts'

export function WalletButton({
  kind = 'quiet',
  label = strings.wallet.connect,
  size = 'small',
}: {
  kind?: 'primary' | 'quiet'
  label?: string
  size?: 'small' | 'large'
}) {
  const { address, chainId } = useConnection()
  const { network } = useNetwork()
  const disconnect = useDisconnect()
  const [choosing, setChoosing] = useState(false)
  if (!address) {
    return (
      <>
        <Button kind={kind} size={size} onClick={() => setChoosing(true)}>
          {label}
        </Button>
        {choosing && <WalletDialog onClose={() => setChoosing(false)} />}
      </>
    )
  }
  return (
    <span className="row">
      {chainId !== network.chainId && <SwitchChain />}
      <span className="mono small" title={address}>
        {short(address)}
      </span>
      <Button kind="quiet" size="small" onClick={() => disconnect.mutate()}>
        {strings.wallet.disconnect}
      </Button>
    </span>
  )
}

export function SwitchChain() {
  const { network } = useNetwork()
  const switchChain = useSwitchChain()
  return (
    <Button size="small" kind="primary" onClick={() => switchChain.mutate({ chainId: network.chainId })}>
      {strings.wallet.switchTo(strings.network.chainName(network.chainId))}
    </Button>
  )
}

function WalletDialog({ onClose }: { onClose: () => void }) {
  const connectors = useConnectors()
  const connect = useConnect()
  return (
    <Dialog title={strings.wallet.title} onClose={onClose}>
      <div className="dialog__choices">
        {connectors.map((connector) => (
          <button
            key={connector.uid}
            type="button"
            className="choice"
            disabled={connect.isPending}
            onClick={() => connect.mutate({ connector }, { onSuccess: onClose })}
          >
            {/* An announced wallet's icon is its own; only pictures inside the announcement are allowed by the policy. */}
            {connector.icon?.startsWith('data:image/') ? (
              <img src={connector.icon} alt="" />
            ) : (
              <span className="choice__blank" />
            )}
            {connector.name}
          </button>
        ))}
        {connectors.length === 0 && <p>{strings.wallet.none}</p>}
        {connect.error && (
          <Notice tone="bad" title={strings.wallet.failed}>
            <p className="small">{connect.error.message.split('\n')[0]}</p>
          </Notice>
        )}
      </div>
      <form method="dialog">
        <Button type="submit" kind="quiet" size="small">
          {strings.wallet.close}
        </Button>
      </form>
    </Dialog>
  )
}
