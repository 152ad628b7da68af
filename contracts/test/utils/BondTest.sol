// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bond, IX4PNNodeBond} from "../../src/interfaces/IX4PNNodeBond.sol";
import {IX4PNToken} from "../../src/interfaces/IX4PNToken.sol";
import {SessionsTest} from "./SessionsTest.sol";

/// @title One node with a bond, an operator who has more, and the admin as governance.
abstract contract BondTest is SessionsTest {
    uint256 internal constant X4PN = 1e18;
    uint256 internal constant BOND = 1_000 * X4PN;
    /// @dev What one case and one epoch can freeze of it.
    uint256 internal constant CASE_CAP = 200 * X4PN;
    uint256 internal constant EPOCH_CAP = 300 * X4PN;
    string internal constant EVIDENCE = "bafyevidence";

    IX4PNNodeBond internal bonds;
    address internal successor;
    uint256 internal successorKey;

    function setUp() public virtual override {
        super.setUp();
        bonds = IX4PNNodeBond(address(registry));
        (successor, successorKey) = makeAddrAndKey("successor");
        // The first second of an epoch of the caps.
        vm.warp((vm.getBlockTimestamp() / 30 days + 1) * 30 days);
        _enrich(operator);
        _register();
        vm.prank(operator);
        bonds.addBond(node, BOND);
    }

    /// @dev X4PN and an unlimited allowance.
    function _enrich(address account) internal {
        vm.prank(minter);
        IX4PNToken(address(x4pn)).mint(account, 100_000 * X4PN);
        vm.prank(account);
        x4pn.approve(address(bonds), type(uint256).max);
    }

    function _openCase(uint256 amount) internal returns (uint256) {
        vm.prank(admin);
        return bonds.openCase(node, amount, EVIDENCE);
    }

    function _object(uint256 caseId) internal {
        vm.prank(operator);
        bonds.objectTo(caseId, "bafystatement");
    }

    function _execute(uint256 caseId) internal returns (uint256) {
        vm.prank(admin);
        return bonds.executeCase(caseId);
    }

    function _startExit(uint256 amount) internal {
        vm.prank(operator);
        bonds.startExit(node, amount);
    }

    function _finishExit() internal returns (uint256) {
        vm.prank(operator);
        return bonds.finishExit(node, operator);
    }

    function _succeed(address from, address to, uint256 key) internal {
        bytes memory consent = _consent(key, operator, _now());
        vm.prank(operator);
        registry.succeed(from, to, _now(), consent);
    }

    function _setMinimum(uint256 minimum) internal {
        vm.prank(admin);
        bonds.setMinimumBond(minimum);
        skip(37 days);
    }

    function _assertBond(address of_, uint256 amount, uint256 exiting, uint256 frozen) internal view {
        Bond memory bond = bonds.bondOf(of_);
        assertEq(bond.amount, amount, "amount");
        assertEq(bond.exiting, exiting, "exiting");
        assertEq(bond.frozen, frozen, "frozen");
    }
}
