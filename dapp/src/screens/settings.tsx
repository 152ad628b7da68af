import { useMutation } from '@tanstack/react-query'
import type { Network } from '@x4pn/client'
import { useState } from 'react'
import { Button } from '../design/button.tsx'
import { Notice } from '../design/notice.tsx'
import { Problem } from '../design/problem.tsx'
import { keepNetwork } from '../network/chosen.ts'
import { useNetwork } from '../network/context.tsx'
import { linkOfNetwork } from '../network/link.ts'
import { problemOf } from '../problem.ts'
import { strings } from '../strings.ts'
import { exportBackup, importBackup } from '../vault/backup.ts'

const t = strings.settings

export function Settings({ onNetwork }: { onNetwork: (network: Network) => void }) {
  return (
    <>
      <h1>{t.title}</h1>
      <div className="columns">
        <Endpoints onNetwork={onNetwork} />
        <Backup />
      </div>
    </>
  )
}

function Endpoints({ onNetwork }: { onNetwork: (network: Network) => void }) {
  const { network } = useNetwork()
  const [rpc, setRpc] = useState(network.rpcUrls.join('\n'))
  const [subgraph, setSubgraph] = useState(network.subgraphUrls.join('\n'))
  const save = useMutation({
    mutationFn: async () => {
      const changed = { ...network, rpcUrls: lines(rpc), subgraphUrls: lines(subgraph) }
      await keepNetwork(changed)
      onNetwork(changed)
    },
  })
  const { sessions, registry, token } = network.deployment
  return (
    <section className="stack stack--fill">
      <h2>{t.network}</h2>
      <p className="soft">
        {strings.network.chainName(network.chainId)}. {t.networkNote}
      </p>
      <div className="field">
        <label className="field__label" htmlFor="rpc">
          {t.rpc}
        </label>
        <textarea id="rpc" value={rpc} onChange={({ target }) => setRpc(target.value)} />
      </div>
      <div className="field">
        <label className="field__label" htmlFor="subgraph">
          {t.subgraph}
        </label>
        <textarea id="subgraph" value={subgraph} onChange={({ target }) => setSubgraph(target.value)} />
      </div>
      <div className="row">
        <Button kind="primary" disabled={save.isPending} onClick={() => save.mutate()}>
          {t.save}
        </Button>
        {save.isSuccess && <span role="status">{t.saved}</span>}
      </div>
      {save.error && <Problem problem={problemOf(save.error)} />}
      <h3>{t.contracts}</h3>
      <dl className="small mono stack">
        {[
          [t.sessions, sessions],
          [t.registry, registry],
          [t.token, token],
        ].map(([name, address]) => (
          <div key={name}>
            <dt className="soft">{name}</dt>
            <dd>{address}</dd>
          </div>
        ))}
      </dl>
      <div className="field">
        <label className="field__label" htmlFor="link">
          {t.link}
        </label>
        <textarea id="link" readOnly value={`${location.href.split('#')[0]}${linkOfNetwork(network)}`} />
        <p className="small soft">{t.linkNote}</p>
      </div>
    </section>
  )
}

function Backup() {
  const restore = useMutation({ mutationFn: async (file: File) => importBackup(await file.text()) })
  async function save() {
    const url = URL.createObjectURL(new Blob([await exportBackup()], { type: 'application/json' }))
    Object.assign(document.createElement('a'), { href: url, download: 'x4pn-backup.json' }).click()
    URL.revokeObjectURL(url)
  }
  return (
    <section className="sheet stack stack--fill">
      <h2>{t.backup}</h2>
      <p>{t.backupNote}</p>
      <div className="row">
        <Button onClick={save}>{t.export}</Button>
      </div>
      <div className="field">
        <label className="field__label" htmlFor="import">
          {t.import}
        </label>
        <input
          id="import"
          type="file"
          accept="application/json"
          onChange={({ target }) => target.files?.[0] && restore.mutate(target.files[0])}
        />
      </div>
      {restore.data !== undefined && <p role="status">{t.imported(restore.data)}</p>}
      {restore.error && <Notice tone="bad">{t.importBad}</Notice>}
    </section>
  )
}

const lines = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
