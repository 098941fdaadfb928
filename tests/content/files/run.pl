#!/usr/bin/perl
use strict;
