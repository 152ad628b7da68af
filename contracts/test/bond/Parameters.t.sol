// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IX4PNNodeBond} from "../../src/interfaces/IX4PNNodeBond.sol";
import {RegistryParams} from "../../src/interfaces/IX4PNNodeRegistry.sol";
import {BondTest} from "../utils/BondTest.sol";

/// @title What governance can set about bonds, within which bounds, and when it counts.
contract BondParametersTest is BondTest {
    /// @dev Keeps the reason of a failed creation, which `deployCode` hides.
    function create(RegistryParams memory params) external returns (address created) {
        bytes memory code = bytes.concat(vm.getCode("X4PNNodeRegistry.sol:X4PNNodeRegistry"), abi.encode(params));
        assembly ("memory-safe") {
            created := create(0, add(code, 0x20), mload(code))
            if iszero(created) {
                returndatacopy(0, 0, returndatasize())
                revert(0, returndatasize())
            }
        }
    }

    function test_construction_fixesItsParameters() public view {
        assertEq(bonds.BOND_TOKEN(), address(x4pn));
        assertEq(IAccessManaged(address(bonds)).authority(), address(authority));
        (uint256 caseBps, uint256 epochBps) = bonds.slashCaps();
        assertEq(caseBps, CASE_BPS);
        assertEq(epochBps, EPOCH_CAP_BPS);
        assertEq(bonds.SLASH_EPOCH(), 30 days);
        assertEq(bonds.MAX_MINIMUM_BOND(), 10_000 * X4PN);
        assertEq(bonds.MAX_CASE_BPS(), 5_000);
        assertEq(bonds.MAX_EPOCH_BPS(), 5_000);
    }

    function test_construction_revertsWhen_outOfBounds() public {
        RegistryParams memory params = _registryParams();
        params.bondToken = makeAddr("no code");
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_BadAddress.selector, params.bondToken));
        this.create(params);
        params = _registryParams();
        params.authority = makeAddr("no code");
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_BadAddress.selector, params.authority));
        this.create(params);
        params = _registryParams();
        params.caseBps = 5_001;
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_OutOfBounds.selector, bytes32("caseBps"), 5_001));
        this.create(params);
        params = _registryParams();
        params.epochBps = 5_001;
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_OutOfBounds.selector, bytes32("epochBps"), 5_001));
        this.create(params);
    }

    function test_whoeverDoesNotAgreeCanLeaveBeforeAChangeCounts() public view {
        assertGe(bonds.BOND_PARAMETER_DELAY(), bonds.EXIT_DELAY() + 7 days);
    }

    function test_aMinimumTakesEffectAfterItsDelay() public {
        vm.expectEmit(address(bonds));
        emit IX4PNNodeBond.MinimumBondScheduled(5 * X4PN, _now() + 37 days);
        vm.prank(admin);
        bonds.setMinimumBond(5 * X4PN);
        skip(37 days - 1);
        assertEq(bonds.minimumBond(), 0);
        skip(1);
        assertEq(bonds.minimumBond(), 5 * X4PN);
        vm.prank(admin);
        bonds.setMinimumBond(0);
        assertEq(bonds.minimumBond(), 5 * X4PN);
    }

    function test_capsTakeEffectAfterTheirDelayAndALaterChangeReplacesThem() public {
        vm.expectEmit(address(bonds));
        emit IX4PNNodeBond.SlashCapsScheduled(5_000, 4_000, _now() + 37 days);
        vm.prank(admin);
        bonds.setSlashCaps(5_000, 4_000);
        skip(36 days);
        vm.prank(admin);
        bonds.setSlashCaps(0, 0);
        skip(37 days - 1);
        (uint256 caseBps, uint256 epochBps) = bonds.slashCaps();
        assertEq(caseBps, CASE_BPS);
        assertEq(epochBps, EPOCH_CAP_BPS);
        skip(1);
        (caseBps, epochBps) = bonds.slashCaps();
        assertEq(caseBps, 0);
        assertEq(epochBps, 0);
        // Governance has given slashing up.
        assertEq(bonds.slashable(node), 0);
    }

    function test_revertsWhen_outOfBounds() public {
        vm.startPrank(admin);
        uint256 above = 10_000 * X4PN + 1;
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_OutOfBounds.selector, bytes32("minimumBond"), above));
        bonds.setMinimumBond(above);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_OutOfBounds.selector, bytes32("caseBps"), 5_001));
        bonds.setSlashCaps(5_001, 0);
        vm.expectRevert(abi.encodeWithSelector(IX4PNNodeBond.Bond_OutOfBounds.selector, bytes32("epochBps"), 5_001));
        bonds.setSlashCaps(0, 5_001);
    }

    function test_revertsWhen_theCallerHasNoRole() public {
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, guardian);
        vm.startPrank(guardian);
        vm.expectRevert(refusal);
        bonds.setMinimumBond(0);
        vm.expectRevert(refusal);
        bonds.setSlashCaps(0, 0);
    }
}
