import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { chooseNetwork } from './network/chosen.ts'

const root = document.getElementById('app')
if (!root) throw new Error('index.html has no #app')
const choice = await chooseNetwork(location.hash)
// The link has been read; what follows the # is a route from here on.
if (location.hash.startsWith('#net=')) history.replaceState(null, '', '#/')
// A link that is opened in a tab where the app already runs changes nothing but the hash.
addEventListener('hashchange', () => {
  if (location.hash.startsWith('#net=')) location.reload()
})
createRoot(root).render(
  <StrictMode>
    <App choice={choice} />
  </StrictMode>,
)
