# Debian's packages, made by `cpack -G DEB` in a build of the preset `package`: mailer, libmailer0
# and libmailer-dev, and mailer-mta, which lets the program answer to the names sendmail, mail and
# mailx.
set(debian ${CMAKE_CURRENT_SOURCE_DIR}/debian)
set(packages mailer libmailer0 libmailer-dev mailer-mta)

# The package that holds a library which is loaded late, and which dpkg-shlibdeps does not see; its
# name is another one in each release.
function(package_of variable soname)
  execute_process(COMMAND dpkg-query -S "*/${soname}" OUTPUT_VARIABLE found ERROR_QUIET)
  string(REGEX MATCH "^[^:,]+" package "${found}")
  set(${variable} "${package}" PARENT_SCOPE)
endfunction()

find_program(DPKG_QUERY dpkg-query)
if(NOT DPKG_QUERY)
  return()
endif()
# Without types by content, logins and configuration it would not be what it says it is; the others
# are for --archive, --html and domains such as bücher.example.
set(needed "")
set(useful "ca-certificates")
foreach(soname IN ITEMS libgsasl.so.18 libinih.so.1 libmagic.so.1)
  package_of(package ${soname})
  list(APPEND needed ${package})
endforeach()
foreach(soname IN ITEMS libarchive.so.13 libgumbo.so.1 libidn2.so.0)
  package_of(package ${soname})
  list(APPEND useful ${package})
endforeach()
list(JOIN needed ", " needed)
list(JOIN useful ", " useful)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME mailer)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "the mailer authors <mailer@example.org>")
# Each package has its own, as the first line of its description.
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL ${packages})
set(CPACK_STRIP_FILES TRUE)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ
    GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PRE_BUILD_SCRIPTS ${debian}/compress.cmake)
set(CPACK_DEB_COMPONENT_INSTALL TRUE)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SOURCE mailer)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS TRUE)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS TRUE)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")

set(version ${PROJECT_VERSION}-1)
set(CPACK_DEBIAN_MAILER_PACKAGE_NAME mailer)
set(CPACK_DEBIAN_MAILER_PACKAGE_SECTION mail)
set(CPACK_DEBIAN_MAILER_PACKAGE_DEPENDS ${needed})
set(CPACK_DEBIAN_MAILER_PACKAGE_RECOMMENDS ${useful})
set(CPACK_DEBIAN_MAILER_PACKAGE_SUGGESTS libsecret-tools)
set(CPACK_DEBIAN_MAILER_DESCRIPTION
"send text, pictures and files by mail from scripts
mailer sends its input, with any number of attachments, to a mail server.
Types come from the content, pictures can be shown in the body, HTML brings
its pictures along. TLS and logins are as safe as the server allows; exit
codes and JSON tell what became of each recipient.

It also runs a small server that keeps what it gets, for trying scripts.")

set(CPACK_DEBIAN_LIBMAILER0_PACKAGE_NAME libmailer0)
set(CPACK_DEBIAN_LIBMAILER0_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBMAILER0_PACKAGE_DEPENDS ${needed})
set(CPACK_DEBIAN_LIBMAILER0_PACKAGE_RECOMMENDS ${useful})
set(CPACK_DEBIAN_LIBMAILER0_PACKAGE_CONTROL_EXTRA ${debian}/triggers)
set(CPACK_DEBIAN_LIBMAILER0_DESCRIPTION
"library to build messages and send them by SMTP
libmailer builds messages of text, HTML, pictures and files, and sends them to
an SMTP or LMTP server, over TLS and with a login, many over one connection.

This package has the shared library.")

set(CPACK_DEBIAN_LIBMAILER-DEV_PACKAGE_NAME libmailer-dev)
set(CPACK_DEBIAN_LIBMAILER-DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LIBMAILER-DEV_PACKAGE_DEPENDS
    "libmailer0 (= ${version}), libssl-dev, libc-ares-dev")
set(CPACK_DEBIAN_LIBMAILER-DEV_DESCRIPTION
"library to build messages and send them by SMTP (development files)
libmailer builds messages of text, HTML, pictures and files, and sends them to
an SMTP or LMTP server, over TLS and with a login, many over one connection.

This package has the headers, the static library, the manual of the functions
and samples, and is found by pkg-config and by CMake.")

set(CPACK_DEBIAN_MAILER-MTA_PACKAGE_NAME mailer-mta)
set(CPACK_DEBIAN_MAILER-MTA_PACKAGE_SECTION mail)
set(CPACK_DEBIAN_MAILER-MTA_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_MAILER-MTA_PACKAGE_SHLIBDEPS FALSE)
set(CPACK_DEBIAN_MAILER-MTA_PACKAGE_DEPENDS "mailer (>= ${version})")
set(CPACK_DEBIAN_MAILER-MTA_PACKAGE_PROVIDES "mail-transport-agent, mailx")
set(CPACK_DEBIAN_MAILER-MTA_PACKAGE_CONFLICTS mail-transport-agent)
set(CPACK_DEBIAN_MAILER-MTA_PACKAGE_REPLACES mail-transport-agent)
set(CPACK_DEBIAN_MAILER-MTA_PACKAGE_CONTROL_EXTRA ${debian}/postinst ${debian}/prerm)
set(CPACK_DEBIAN_MAILER-MTA_DESCRIPTION
"mailer as the system's sendmail, mail and mailx
mailer sends text, pictures and files by mail, through a server elsewhere.

This package lets it answer to the name of sendmail, and by the system of
alternatives to those of mail and mailx, for programs that call them.")

# Not a part of `cmake --install`, which must not take these names from others.
string(TIMESTAMP when "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(debian/changelog.in changelog.Debian @ONLY)
foreach(package IN LISTS packages)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/changelog.Debian ${debian}/copyright
          DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/${package}
          COMPONENT ${package} EXCLUDE_FROM_ALL)
endforeach()
set(links ${CMAKE_CURRENT_BINARY_DIR}/links)
file(MAKE_DIRECTORY ${links})
function(install_link target name folder)
  file(CREATE_LINK ${target} ${links}/${name} SYMBOLIC)
  install(FILES ${links}/${name} DESTINATION ${folder} COMPONENT mailer-mta EXCLUDE_FROM_ALL)
endfunction()
install_link(../bin/mailer sendmail sbin)
install_link(../bin/mailer sendmail lib)
install_link(mailer mailq bin)
install_link(mailer newaliases bin)
install_link(mailer-sendmail.8.gz sendmail.8.gz ${CMAKE_INSTALL_MANDIR}/man8)
install_link(../man8/mailer-sendmail.8.gz mailq.1.gz ${CMAKE_INSTALL_MANDIR}/man1)
install_link(../man8/mailer-sendmail.8.gz newaliases.1.gz ${CMAKE_INSTALL_MANDIR}/man1)

include(CPack)
