/* Landlock: path rules over the finished mount tree, no TCP, no device ioctls, scopes; as far as this kernel knows them. */
#pragma once
#include "jail.h"

/* The ABI of this kernel, 0 without Landlock. */
int landlock_abi(void);
int jail_landlock(struct jail *jail);
