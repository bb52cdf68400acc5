/** The hub that the manifests mean, unless a mirror is named. */
export const DEFAULT_HUB = 'https://huggingface.co';

/** The revision to take when a pinned one is no longer there. */
export const MAIN = 'main';

/** One file on a hub. `hub` has no slash at its end. */
export interface HubFile {
  hub: string;
  /** `owner/name` */
  repository: string;
  /** A commit, or a branch. */
  revision: string;
  /** Inside the repository. */
  path: string;
}

/** Address of the file's bytes; also the key under which they are kept, as it names all that they depend on. */
export function addressOf({ hub, repository, revision, path }: HubFile): string {
  return `${hub}/${repository}/resolve/${revision}/${escaped(path)}`;
}

/** Address at which the hub lists the folder that holds the file, as JSON. */
export function listAddressOf({ hub, repository, revision, path }: HubFile): string {
  const folder = path.split('/').slice(0, -1).join('/');
  return `${hub}/api/models/${repository}/tree/${revision}${folder && `/${escaped(folder)}`}`;
}

const escaped = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
