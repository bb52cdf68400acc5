/** Files of the program that are loaded when they are needed, over a network that fails now and then. */
import { type FetchOptions, fetchPatiently } from '@/common/fetching';
import { partMissing } from '@/common/importing';
import { directiveAgainstFailed } from '@/common/policy';

/**
 * Fetches a file to its end, again where that fails or the server says that it cannot answer now.
 * @throws InspectorError `network`
 */
export async function fetchInsistently(
  address: string,
  init: RequestInit = {},
  options: FetchOptions = {},
): Promise<Response> {
  const response = await fetchPatiently(address, init, { ...options, whole: true }).catch(async () => {
    const directive = await directiveAgainstFailed(address);
    throw partMissing(
      directive ? `a policy of this page blocks it by ${directive}` : 'the connection failed',
    );
  });
  if (!response.ok) throw partMissing(`the server answered ${response.status}`);
  return response;
}
