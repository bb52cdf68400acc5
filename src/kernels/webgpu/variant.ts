/** Which kind of programs suits a device. */

/**
 * Software adapters run the invocations of a subgroup as the lanes of one vector of the processor, and a barrier costs them
 * dearly; graphics processors want tiles in shared memory.
 *
 * @returns the number of lanes where programs without barriers are the better ones, null elsewhere
 */
export function computesInLanes({ adapterInfo, features }: GPUDevice): number | null {
  const { isFallbackAdapter, subgroupMinSize: lanes, subgroupMaxSize } = adapterInfo;
  const software =
    isFallbackAdapter || SOFTWARE.test(`${adapterInfo.architecture} ${adapterInfo.description}`);
  return software && features.has('subgroups') && lanes === subgroupMaxSize && lanes <= 16 ? lanes : null;
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe/i;
