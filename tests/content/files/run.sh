#!/bin/sh
# SPDX-License-Identifier: ISC
echo hi
