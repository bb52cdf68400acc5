/** The kind of programs that suits a device. */

/**
 * Software adapters run the invocations of a subgroup as the lanes of one vector of the processor, and a barrier costs them
 * dearly; graphics processors want tiles in shared memory.
 *
 * @returns the number of lanes where programs without barriers are the better ones, null elsewhere
 */
export function computesInLanes(device: GPUDevice): number | null {
  const { adapterInfo, features } = device;
  const { subgroupMinSize: lanes, subgroupMaxSize } = adapterInfo;
  return computesInSoftware(device) && features.has('subgroups') && lanes === subgroupMaxSize && lanes <= 16
    ? lanes
    : null;
}

/** Tells whether the device is a program on the processor. */
export function computesInSoftware({ adapterInfo }: GPUDevice): boolean {
  const { isFallbackAdapter, architecture, description } = adapterInfo;
  return isFallbackAdapter || SOFTWARE.test(`${architecture} ${description}`);
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe/i;
