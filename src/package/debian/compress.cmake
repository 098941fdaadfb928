# Packs manual pages and changes as Debian wants them; before the packages are made.
file(GLOB_RECURSE files
  ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/usr/share/man/man*/*.[1-8]
  ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/usr/share/doc/*/changelog.Debian
  ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/usr/share/doc/*/CHANGELOG.md)
foreach(file IN LISTS files)
  if(file MATCHES "CHANGELOG.md$")
    string(REPLACE "CHANGELOG.md" "changelog" renamed ${file})
    file(RENAME ${file} ${renamed})
    set(file ${renamed})
  endif()
  execute_process(COMMAND gzip -9n ${file} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
# What LICENSE says is in debian/copyright.
file(GLOB licenses ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/*/usr/share/doc/*/LICENSE)
if(licenses)
  file(REMOVE ${licenses})
endif()
