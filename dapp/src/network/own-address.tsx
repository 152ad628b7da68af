// On a path gateway: says so, and points to where this app has an origin of its own.
import { Notice } from '../design/notice.tsx'
import { strings } from '../strings.ts'
import { isPathGateway, ownAddress } from './path-gateway.ts'

export function OwnAddress() {
  if (!isPathGateway(location.pathname)) return null
  const address = ownAddress(location)
  return (
    <Notice tone="warn">
      <p>
        {strings.network.pathGateway} {address && <a href={address}>{strings.network.openOwn}</a>}
      </p>
    </Notice>
  )
}
