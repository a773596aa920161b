/* Where a zygote keeps Python's objects: in huge pages, whose page tables a fork copies and its end frees in a 512th of
 * the steps. With pandas loaded a bare fork takes 1.05 ms instead of 1.85. Only speed depends on any of it, so what a
 * kernel refuses is left as it is. */
#pragma once

/* To be called before the preload: from here on arenas lie side by side in one reserved range. */
void arenas_reserve(void);

/* To be called when all is loaded: gives back what is left of the range, and leaves the allocator as a child needs it. */
void arenas_freeze(void);
